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
