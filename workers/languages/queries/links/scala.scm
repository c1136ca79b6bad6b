(extends_clause type: [
  (type_identifier) @reference.inherit
  (generic_type type: (type_identifier) @reference.inherit)
  (stable_type_identifier (type_identifier) @reference.inherit)
])
(call_expression function: [
  (identifier) @reference.call
  (field_expression field: (identifier) @reference.call)
  (generic_function function: (identifier) @reference.call)
  (generic_function function: (field_expression field: (identifier) @reference.call))
])
(instance_expression [
  (type_identifier) @reference.call
  (generic_type type: (type_identifier) @reference.call)
])
(annotation name: (type_identifier) @reference.reference)
(parameter type: (type_identifier) @reference.reference)
(class_parameter type: (type_identifier) @reference.reference)
(function_definition return_type: (type_identifier) @reference.reference)

(import_declaration) @reference.import
(import_declaration (identifier) @reference.import .)
(import_declaration (namespace_selectors [
  (identifier) @reference.import
  (arrow_renamed_identifier name: (identifier) @reference.import)
]))

(import_declaration) @module @import
(parameter name: (identifier) @local)
(class_parameter name: (identifier) @local)
(val_definition pattern: (identifier) @local)
(var_definition pattern: (identifier) @local)
