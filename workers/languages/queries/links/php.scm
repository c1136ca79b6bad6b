(base_clause [
  (name) @reference.inherit
  (qualified_name (name) @reference.inherit)
])
(class_interface_clause [
  (name) @reference.inherit
  (qualified_name (name) @reference.inherit)
])
(declaration_list (use_declaration [
  (name) @reference.inherit
  (qualified_name (name) @reference.inherit)
]))
(function_call_expression function: [
  (name) @reference.call
  (qualified_name (name) @reference.call)
])
(member_call_expression name: (name) @reference.call)
(nullsafe_member_call_expression name: (name) @reference.call)
(scoped_call_expression name: (name) @reference.call)
(object_creation_expression [
  (name) @reference.call
  (qualified_name (name) @reference.call)
])
(scoped_call_expression scope: (name) @reference.reference)
(class_constant_access_expression . (name) @reference.reference)
(attribute (name) @reference.reference)
(named_type [
  (name) @reference.reference
  (qualified_name (name) @reference.reference)
])

(namespace_use_declaration (namespace_name) @reference.import)
(namespace_use_clause [(name) (qualified_name)] @reference.import)
(namespace_use_clause (qualified_name (name) @reference.import))
(require_expression (string) @reference.import)
(require_once_expression (string) @reference.import)
(include_expression (string) @reference.import)
(include_once_expression (string) @reference.import)
(require_expression (binary_expression right: (string) @reference.import))
(require_once_expression (binary_expression right: (string) @reference.import))
(include_once_expression (binary_expression right: (string) @reference.import))

(namespace_use_declaration . (namespace_use_clause [(name) (qualified_name)] @imported !alias)) @import
(namespace_use_declaration . (namespace_use_clause [(name) (qualified_name)] @imported alias: (name) @as)) @import
(namespace_use_declaration (namespace_name) @module (namespace_use_group (namespace_use_clause
  . [(name) (qualified_name)] @imported !alias))) @import
(namespace_use_declaration (namespace_name) @module (namespace_use_group (namespace_use_clause
  . [(name) (qualified_name)] @imported alias: (name) @as))) @import
(simple_parameter name: (variable_name) @local)
(assignment_expression left: (variable_name) @local)
(foreach_statement (variable_name) @local)
(catch_clause name: (variable_name) @local)
