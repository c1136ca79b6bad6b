(class_declaration name: (identifier) @name) @definition.class
(export_statement declaration: (class_declaration name: (identifier) @name)) @definition.class
(field_definition property: (_) @name) @definition.field
(field_definition property: (_) @name value: [(arrow_function) (function_expression)]) @definition.method
