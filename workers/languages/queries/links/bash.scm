(command name: (command_name (word) @reference.call))
(command
  name: (command_name (word) @_source)
  argument: (_) @reference.import
  (#any-of? @_source "source" "."))

(command name: (command_name) @_source argument: (_) @module
  (#any-of? @_source "source" ".")) @import
