(class_declaration name: (identifier) @name) @definition.class
(class_declaration name: (identifier) @name [(class_body) (enum_class_body)] @body) @definition.class
(class_declaration "interface" name: (identifier) @name) @definition.interface
(class_declaration (modifiers (class_modifier) @_enum) name: (identifier) @name (#eq? @_enum "enum")) @definition.enum
(object_declaration name: (identifier) @name) @definition.object
(object_declaration name: (identifier) @name (class_body) @body) @definition.object
(function_declaration name: (identifier) @name) @definition.function
(function_declaration name: (identifier) @name (function_body) @body) @definition.function
(secondary_constructor "constructor" @name) @definition.method
(type_alias type: (identifier) @name) @definition.type
(source_file (property_declaration (variable_declaration (identifier) @name)) @definition.variable)
(class_body (property_declaration (variable_declaration (identifier) @name)) @definition.field)

(line_comment) @comment
(block_comment) @comment

(delegation_specifier [
  (user_type (identifier) @reference.inherit .)
  (constructor_invocation (user_type (identifier) @reference.inherit .))
])
(call_expression . [
  (identifier) @reference.call
  (navigation_expression (identifier) @reference.call .)
])
(annotation (constructor_invocation (user_type (identifier) @reference.reference)))
(annotation (user_type (identifier) @reference.reference))
(parameter (user_type (identifier) @reference.reference))
(class_parameter (user_type (identifier) @reference.reference))
(function_declaration (user_type (identifier) @reference.reference))

(import (qualified_identifier) @reference.import)
(import (qualified_identifier (identifier) @reference.import .))

(import (qualified_identifier) @module .) @import
(import (qualified_identifier) @module "*" @imported) @import
(import (qualified_identifier) @module (identifier) @as) @import
(function_value_parameters (parameter . (identifier) @local))
(class_parameter (identifier) @local)
(variable_declaration (identifier) @local)
