(function_definition name: (word) @name) @definition.function
(program (variable_assignment name: (variable_name) @name) @definition.variable)
(program (declaration_command (variable_assignment name: (variable_name) @name)) @definition.variable)

(comment) @comment

(command name: (command_name (word) @reference.call))
(command
  name: (command_name (word) @_source)
  argument: (_) @reference.import
  (#any-of? @_source "source" "."))

(command name: (command_name) @_source argument: (_) @module
  (#any-of? @_source "source" ".")) @import
