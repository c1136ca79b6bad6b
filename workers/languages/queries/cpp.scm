(class_specifier name: (_) @name body: (_)) @definition.class
(template_declaration (class_specifier name: (_) @name body: (_))) @definition.class
(struct_specifier name: (_) @name body: (_)) @definition.struct
(template_declaration (struct_specifier name: (_) @name body: (_))) @definition.struct
(template_declaration (function_definition declarator: (_) @name)) @definition.function
(namespace_definition name: (_) @name) @definition.module
(alias_declaration name: (type_identifier) @name) @definition.type
(concept_definition name: (identifier) @name) @definition.type
(field_declaration_list (field_declaration declarator: (function_declarator) @name) @definition.method)
(field_declaration_list (field_declaration declarator: (pointer_declarator declarator: (function_declarator) @name)) @definition.method)
(field_declaration_list (field_declaration declarator: (reference_declarator (function_declarator) @name)) @definition.method)
(field_declaration_list (declaration declarator: (function_declarator) @name) @definition.method)
(namespace_definition body: (declaration_list (declaration declarator: (init_declarator declarator: (_) @name)) @definition.variable))
(namespace_definition body: (declaration_list (declaration declarator: (function_declarator) @name) @definition.prototype))

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
