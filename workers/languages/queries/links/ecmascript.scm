(call_expression function: [
  (identifier) @reference.call
  (member_expression property: [(property_identifier) (private_property_identifier)] @reference.call)
])
(new_expression constructor: [
  (identifier) @reference.call
  (member_expression property: (property_identifier) @reference.call)
])

(import_statement source: (string) @reference.import)
(export_statement source: (string) @reference.import)
(import_clause (identifier) @reference.import)
(import_specifier name: (identifier) @reference.import)
(namespace_import (identifier) @reference.import)
(call_expression
  function: [(identifier) @_require (import)]
  arguments: (arguments . (string) @reference.import .)
  (#any-of? @_require "require"))

(import_statement (import_clause (identifier) @as) source: (string) @module) @import
(import_statement (import_clause (namespace_import (identifier) @as) @imported) source: (string) @module) @import
(import_statement (import_clause (named_imports (import_specifier
  name: (_) @imported !alias))) source: (string) @module) @import
(import_statement (import_clause (named_imports (import_specifier
  name: (_) @imported alias: (identifier) @as))) source: (string) @module) @import
(export_statement (export_clause (export_specifier name: (_) @imported !alias)) source: (string) @module) @import
(export_statement (export_clause (export_specifier
  name: (_) @imported alias: (_) @as)) source: (string) @module) @import
(export_statement !source (export_clause (export_specifier name: (_) @imported alias: (_) @as))) @import
(export_statement (namespace_export (_) @as) source: (string) @module) @import
(export_statement . "export" . "*" @imported source: (string) @module) @import
(export_statement "default" value: (identifier) @imported) @import
(export_statement "default" declaration: [
  (function_declaration name: (identifier) @imported)
  (generator_function_declaration name: (identifier) @imported)
  (class_declaration name: (_) @imported)
]) @import
(variable_declarator name: (identifier) @as value: (call_expression
  function: (identifier) @_require arguments: (arguments . (string) @module .))
  (#eq? @_require "require")) @import
(variable_declarator name: (object_pattern (shorthand_property_identifier_pattern) @imported)
  value: (call_expression function: (identifier) @_require arguments: (arguments . (string) @module .))
  (#eq? @_require "require")) @import
(variable_declarator
  name: (object_pattern (pair_pattern key: (property_identifier) @imported value: (identifier) @as))
  value: (call_expression function: (identifier) @_require arguments: (arguments . (string) @module .))
  (#eq? @_require "require")) @import
(assignment_expression left: (member_expression object: (identifier) @_module property: (property_identifier) @_exports)
  right: (identifier) @imported
  (#eq? @_module "module") (#eq? @_exports "exports")) @import

(variable_declarator name: (identifier) @local)
(variable_declarator name: (object_pattern (shorthand_property_identifier_pattern) @local))
(variable_declarator name: (object_pattern (pair_pattern value: (identifier) @local)))
(variable_declarator name: (array_pattern (identifier) @local))
(for_in_statement left: (identifier) @local)
(catch_clause parameter: (identifier) @local)
(arrow_function parameter: (identifier) @local)
(object_pattern (object_assignment_pattern left: (shorthand_property_identifier_pattern) @local))
(expression_statement (assignment_expression left: (member_expression object: (this)) @local))
(program (lexical_declaration (variable_declarator value: (object (pair key: (property_identifier) @local)))))
(program (export_statement (lexical_declaration (variable_declarator
  value: (object (pair key: (property_identifier) @local))))))
(export_specifier name: (identifier) @reference.import)
