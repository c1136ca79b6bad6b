(superclass [
  (constant) @reference.inherit
  (scope_resolution name: (constant) @reference.inherit)
])
(call
  method: (identifier) @_mix
  arguments: (argument_list [
    (constant) @reference.inherit
    (scope_resolution name: (constant) @reference.inherit)
  ])
  (#any-of? @_mix "include" "extend" "prepend"))
(call method: [(identifier) (constant)] @reference.call)
(call receiver: (constant) @reference.call method: (identifier) @_new (#eq? @_new "new"))
(call receiver: (scope_resolution name: (constant) @reference.call) method: (identifier) @_new (#eq? @_new "new"))
(call
  method: (identifier) @_require
  arguments: (argument_list . (string (string_content) @reference.import))
  (#any-of? @_require "require" "require_relative" "load" "autoload"))

(method_parameters [
  (identifier) @local
  (optional_parameter name: (identifier) @local)
  (keyword_parameter name: (identifier) @local)
])
(block_parameters (identifier) @local)
(assignment left: (identifier) @local)
