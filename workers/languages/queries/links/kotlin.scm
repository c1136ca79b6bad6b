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
