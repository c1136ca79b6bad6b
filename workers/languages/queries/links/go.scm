(struct_type (field_declaration_list (field_declaration !name type: [
  (type_identifier) @reference.inherit
  (pointer_type (type_identifier) @reference.inherit)
  (qualified_type name: (type_identifier) @reference.inherit)
])))
(interface_type (type_elem . [
  (type_identifier) @reference.inherit
  (qualified_type name: (type_identifier) @reference.inherit)
] .))
(call_expression function: [
  (identifier) @reference.call
  (selector_expression field: (field_identifier) @reference.call)
  (parenthesized_expression (identifier) @reference.call)
])
(composite_literal type: [
  (type_identifier) @reference.call
  (generic_type type: (type_identifier) @reference.call)
  (qualified_type name: (type_identifier) @reference.call)
])
(parameter_declaration type: [
  (type_identifier) @reference.reference
  (pointer_type [
    (type_identifier) @reference.reference
    (qualified_type name: (type_identifier) @reference.reference)
  ])
  (qualified_type name: (type_identifier) @reference.reference)
])
(import_spec path: (_) @reference.import)

(import_spec !name path: (_) @module) @import
(import_spec name: (package_identifier) @as path: (_) @module) @import
(import_spec name: (dot) @imported path: (_) @module) @import
(parameter_declaration name: (identifier) @local)
(variadic_parameter_declaration name: (identifier) @local)
(short_var_declaration left: (expression_list (identifier) @local))
(range_clause left: (expression_list (identifier) @local))
(var_spec name: (identifier) @local)
(const_spec name: (identifier) @local)
(struct_type (field_declaration_list (field_declaration name: (field_identifier) @local)))
