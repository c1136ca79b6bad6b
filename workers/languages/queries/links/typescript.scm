(extends_clause value: [
  (identifier) @reference.inherit
  (member_expression property: (property_identifier) @reference.inherit)
])
(implements_clause [
  (type_identifier) @reference.inherit
  (generic_type name: (type_identifier) @reference.inherit)
])
(extends_type_clause [
  (type_identifier) @reference.inherit
  (generic_type name: (type_identifier) @reference.inherit)
])
(type_annotation [
  (type_identifier) @reference.reference
  (generic_type name: (type_identifier) @reference.reference)
])
(type_arguments (type_identifier) @reference.reference)

(import_require_clause source: (string) @reference.import)

(required_parameter pattern: [
  (identifier) @local
  (rest_pattern (identifier) @local)
  (object_pattern (shorthand_property_identifier_pattern) @local)
])
(optional_parameter pattern: (identifier) @local)
(import_alias . (identifier) @as . (_) @imported) @import
(import_statement (import_require_clause (identifier) @as source: (string) @module)) @import
(enum_body name: (property_identifier) @local)
(enum_assignment name: (property_identifier) @local)
(program (lexical_declaration (variable_declarator value: (as_expression (object (pair
  key: (property_identifier) @local))))))
(type_alias_declaration value: [
  (type_identifier) @reference.inherit
  (generic_type name: (type_identifier) @reference.inherit)
  (union_type [(type_identifier) @reference.inherit (generic_type name: (type_identifier) @reference.inherit)])
  (union_type (union_type [(type_identifier) @reference.inherit (generic_type name: (type_identifier) @reference.inherit)]))
  (intersection_type [(type_identifier) @reference.inherit (generic_type name: (type_identifier) @reference.inherit)])
])
(interface_body (property_signature name: (property_identifier) @local))
(type_alias_declaration value: (object_type (property_signature name: (property_identifier) @local)))
(type_alias_declaration value: (intersection_type (object_type (property_signature
  name: (property_identifier) @local))))
