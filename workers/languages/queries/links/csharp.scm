(base_list [
  (identifier) @reference.inherit
  (generic_name (identifier) @reference.inherit)
  (qualified_name name: [
    (identifier) @reference.inherit
    (generic_name (identifier) @reference.inherit)
  ])
  (primary_constructor_base_type type: (identifier) @reference.inherit)
])
(invocation_expression function: [
  (identifier) @reference.call
  (generic_name (identifier) @reference.call)
  (member_access_expression name: [
    (identifier) @reference.call
    (generic_name (identifier) @reference.call)
  ])
  (conditional_access_expression (member_binding_expression name: [
    (identifier) @reference.call
    (generic_name (identifier) @reference.call)
  ]))
])
(object_creation_expression type: [
  (identifier) @reference.call
  (generic_name (identifier) @reference.call)
  (qualified_name name: (identifier) @reference.call)
])
(attribute name: (identifier) @reference.reference)
(parameter type: [
  (identifier) @reference.reference
  (generic_name (identifier) @reference.reference)
])
(property_declaration type: [
  (identifier) @reference.reference
  (generic_name (identifier) @reference.reference)
])
(method_declaration returns: [
  (identifier) @reference.reference
  (generic_name (identifier) @reference.reference)
])

(using_directive (qualified_name) @reference.import)
(using_directive . (identifier) @reference.import .)

(using_directive . (qualified_name) @module .) @import
(using_directive . (identifier) @module .) @import
(using_directive name: (identifier) @as (_) @module .) @import
(parameter name: (identifier) @local)
(local_declaration_statement (variable_declaration (variable_declarator name: (identifier) @local)))
(foreach_statement left: (identifier) @local)
(catch_declaration name: (identifier) @local)
