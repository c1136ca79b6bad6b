(inheritance_specifier inherits_from: (user_type (type_identifier) @reference.inherit))
(call_expression . [
  (simple_identifier) @reference.call
  (navigation_expression suffix: (navigation_suffix suffix: (simple_identifier) @reference.call))
])
(attribute (user_type (type_identifier) @reference.reference))
(parameter (user_type (type_identifier) @reference.reference))
(type_annotation (user_type (type_identifier) @reference.reference))

(import_declaration (identifier) @reference.import)
(import_declaration (identifier (simple_identifier) (simple_identifier) @reference.import .))

(parameter name: (simple_identifier) @local)
(property_declaration name: (pattern bound_identifier: (simple_identifier) @local))
(for_statement item: (pattern bound_identifier: (simple_identifier) @local))
