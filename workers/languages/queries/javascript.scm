(class_declaration name: (identifier) @name) @definition.class
(export_statement declaration: (class_declaration name: (identifier) @name)) @definition.class
(field_definition property: (_) @name) @definition.field
(field_definition property: (_) @name value: [(arrow_function) (function_expression)]) @definition.method

(class_heritage [
  (identifier) @reference.inherit
  (member_expression property: (property_identifier) @reference.inherit)
])

(formal_parameters [
  (identifier) @local
  (assignment_pattern left: (identifier) @local)
  (rest_pattern (identifier) @local)
  (object_pattern (shorthand_property_identifier_pattern) @local)
])
