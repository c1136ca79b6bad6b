; What JavaScript and TypeScript have in common.

; what a module declares at its top; what is a function is told apart below
(program (lexical_declaration (variable_declarator name: (identifier) @name) @definition.variable))
(program (lexical_declaration . (variable_declarator name: (identifier) @name) .) @definition.variable)
(program (lexical_declaration "const" . (variable_declarator name: (identifier) @name) .) @definition.constant)
(program (variable_declaration (variable_declarator name: (identifier) @name) @definition.variable))
(program (variable_declaration . (variable_declarator name: (identifier) @name) .) @definition.variable)
(program (export_statement declaration: (lexical_declaration . (variable_declarator name: (identifier) @name) .)) @definition.variable)
(program (export_statement declaration: (lexical_declaration "const" . (variable_declarator name: (identifier) @name) .)) @definition.constant)

(function_declaration name: (identifier) @name) @definition.function
(generator_function_declaration name: (identifier) @name) @definition.function
(export_statement declaration: [
  (function_declaration name: (identifier) @name)
  (generator_function_declaration name: (identifier) @name)
]) @definition.function
(method_definition name: (_) @name) @definition.method

; const parse = (text) => …, also as the only declarator, exported or not
(variable_declarator
  name: (identifier) @name
  value: [(arrow_function) (function_expression) (generator_function)]) @definition.function
(lexical_declaration . (variable_declarator
  name: (identifier) @name
  value: [(arrow_function) (function_expression) (generator_function)]) .) @definition.function
(variable_declaration . (variable_declarator
  name: (identifier) @name
  value: [(arrow_function) (function_expression) (generator_function)]) .) @definition.function
(export_statement declaration: (lexical_declaration . (variable_declarator
  name: (identifier) @name
  value: [(arrow_function) (function_expression) (generator_function)]) .)) @definition.function

(variable_declarator name: (identifier) @name value: (class)) @definition.class
(lexical_declaration . (variable_declarator name: (identifier) @name value: (class)) .) @definition.class

; module.exports = class …, exports.parse = function …, Reply.prototype.send = function …
(assignment_expression
  left: [(identifier) (member_expression)] @name
  right: [(arrow_function) (function_expression) (generator_function)]) @definition.function
(expression_statement . (assignment_expression
  left: [(identifier) (member_expression)] @name
  right: [(arrow_function) (function_expression) (generator_function)])) @definition.function
(expression_statement . (assignment_expression
  left: [(identifier) (member_expression)] @name
  right: (class))) @definition.class

(pair
  key: [(property_identifier) (string)] @name
  value: [(arrow_function) (function_expression) (generator_function)]) @definition.method

(comment) @comment
