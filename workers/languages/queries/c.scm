(function_definition declarator: (_) @name) @definition.function
(struct_specifier name: (type_identifier) @name body: (_)) @definition.struct
(union_specifier name: (type_identifier) @name body: (_)) @definition.struct
(enum_specifier name: (type_identifier) @name body: (_)) @definition.enum
(type_definition declarator: (_) @name) @definition.type
(type_definition type: (struct_specifier body: (_)) declarator: (_) @name) @definition.struct
(type_definition type: (enum_specifier body: (_)) declarator: (_) @name) @definition.enum
(preproc_def name: (identifier) @name) @definition.macro
(preproc_function_def name: (identifier) @name) @definition.macro

; what a file declares outside of its functions
(translation_unit (declaration declarator: (init_declarator declarator: (_) @name)) @definition.variable)
(preproc_ifdef (declaration declarator: (init_declarator declarator: (_) @name)) @definition.variable)
(translation_unit (declaration declarator: (function_declarator) @name) @definition.prototype)
(translation_unit (declaration declarator: (pointer_declarator declarator: (function_declarator) @name)) @definition.prototype)
(preproc_ifdef (declaration declarator: (function_declarator) @name) @definition.prototype)
(preproc_ifdef (declaration declarator: (pointer_declarator declarator: (function_declarator) @name)) @definition.prototype)

(comment) @comment
