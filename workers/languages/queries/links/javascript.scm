(class_heritage [
  (identifier) @reference.inherit
  (member_expression property: (property_identifier) @reference.inherit)
])

(formal_parameters [
  (identifier) @local
  (assignment_pattern left: (identifier) @local)
  (rest_pattern (identifier) @local)
  (object_pattern (shorthand_property_identifier_pattern) @local)
])
