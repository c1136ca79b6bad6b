(call_expression function: [
  (identifier) @reference.call
  (field_expression field: (field_identifier) @reference.call)
])
(parameter_declaration type: [
  (type_identifier) @reference.reference
  (struct_specifier name: (type_identifier) @reference.reference)
])
(declaration type: [
  (type_identifier) @reference.reference
  (struct_specifier name: (type_identifier) @reference.reference)
])
(field_declaration type: [
  (type_identifier) @reference.reference
  (struct_specifier name: (type_identifier) @reference.reference)
])
(initializer_pair value: (identifier) @reference.reference)

(preproc_include path: [(system_lib_string) (string_literal)] @reference.import)

(preproc_include path: (_) @module) @import
(parameter_declaration declarator: [
  (identifier) @local
  (pointer_declarator declarator: (identifier) @local)
  (array_declarator declarator: (identifier) @local)
])
(compound_statement (declaration declarator: [
  (identifier) @local
  (pointer_declarator declarator: (identifier) @local)
  (init_declarator declarator: [(identifier) @local (pointer_declarator declarator: (identifier) @local)])
]))
(field_declaration declarator: [
  (field_identifier) @local
  (pointer_declarator declarator: (field_identifier) @local)
])
