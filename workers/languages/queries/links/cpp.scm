(base_class_clause [
  (type_identifier) @reference.inherit
  (template_type name: (type_identifier) @reference.inherit)
  (qualified_identifier name: [
    (type_identifier) @reference.inherit
    (template_type name: (type_identifier) @reference.inherit)
  ])
])
(call_expression function: [
  (qualified_identifier name: [
    (identifier) @reference.call
    (template_function name: (identifier) @reference.call)
    (qualified_identifier name: (identifier) @reference.call)
  ])
  (template_function name: (identifier) @reference.call)
  (field_expression field: (template_method name: (field_identifier) @reference.call))
])
(new_expression type: [
  (type_identifier) @reference.call
  (template_type name: (type_identifier) @reference.call)
  (qualified_identifier name: (type_identifier) @reference.call)
])
(using_declaration (qualified_identifier) @reference.import)

(for_range_loop declarator: (identifier) @local)
(parameter_declaration declarator: (reference_declarator (identifier) @local))
