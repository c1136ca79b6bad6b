[
  (class_declaration name: (type_identifier) @name)
  (abstract_class_declaration name: (type_identifier) @name)
] @definition.class
(export_statement declaration: [
  (class_declaration name: (type_identifier) @name)
  (abstract_class_declaration name: (type_identifier) @name)
]) @definition.class
(public_field_definition name: (_) @name) @definition.field
(public_field_definition name: (_) @name value: [(arrow_function) (function_expression)]) @definition.method
(abstract_method_signature name: (_) @name) @definition.method
(method_signature name: (_) @name) @definition.method
(function_signature name: (identifier) @name) @definition.function
(export_statement declaration: (function_signature name: (identifier) @name)) @definition.function

(interface_declaration name: (type_identifier) @name) @definition.interface
(export_statement declaration: (interface_declaration name: (type_identifier) @name)) @definition.interface
(type_alias_declaration name: (type_identifier) @name) @definition.type
(export_statement declaration: (type_alias_declaration name: (type_identifier) @name)) @definition.type
(enum_declaration name: (identifier) @name) @definition.enum
(export_statement declaration: (enum_declaration name: (identifier) @name)) @definition.enum
(internal_module name: (_) @name) @definition.module
(module name: (_) @name) @definition.module

(class_body (decorator) @attribute)
