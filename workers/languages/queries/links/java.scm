(superclass [
  (type_identifier) @reference.inherit
  (generic_type . (type_identifier) @reference.inherit)
  (scoped_type_identifier (type_identifier) @reference.inherit .)
])
(type_list [
  (type_identifier) @reference.inherit
  (generic_type . (type_identifier) @reference.inherit)
  (scoped_type_identifier (type_identifier) @reference.inherit .)
])
(method_invocation name: (identifier) @reference.call)
(object_creation_expression type: [
  (type_identifier) @reference.call
  (generic_type . (type_identifier) @reference.call)
  (scoped_type_identifier (type_identifier) @reference.call .)
])
(method_reference (identifier) @reference.call .)
(marker_annotation name: (identifier) @reference.reference)
(annotation name: (identifier) @reference.reference)
(formal_parameter type: [
  (type_identifier) @reference.reference
  (generic_type . (type_identifier) @reference.reference)
])
(method_declaration type: [
  (type_identifier) @reference.reference
  (generic_type . (type_identifier) @reference.reference)
])
(field_declaration type: [
  (type_identifier) @reference.reference
  (generic_type . (type_identifier) @reference.reference)
])

(import_declaration [(identifier) (scoped_identifier)] @reference.import)
(import_declaration (scoped_identifier name: (identifier) @reference.import))

(import_declaration (scoped_identifier scope: (_) @module name: (identifier) @imported) .) @import
(import_declaration (scoped_identifier) @module (asterisk) @imported) @import
(formal_parameter name: (identifier) @local)
(local_variable_declaration declarator: (variable_declarator name: (identifier) @local))
(enhanced_for_statement name: (identifier) @local)
(catch_formal_parameter name: (identifier) @local)
(resource name: (identifier) @local)
(lambda_expression parameters: (identifier) @local)
(inferred_parameters (identifier) @local)
