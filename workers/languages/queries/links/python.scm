(class_definition superclasses: (argument_list [
  (identifier) @reference.inherit
  (attribute attribute: (identifier) @reference.inherit)
  (subscript value: (identifier) @reference.inherit)
]))
(call function: [
  (identifier) @reference.call
  (attribute attribute: (identifier) @reference.call)
])
(decorator [
  (identifier) @reference.reference
  (attribute attribute: (identifier) @reference.reference)
])
(type [
  (identifier) @reference.reference
  (attribute attribute: (identifier) @reference.reference)
  (generic_type (identifier) @reference.reference)
])

(import_statement name: [
  (dotted_name) @reference.import
  (aliased_import name: (dotted_name) @reference.import)
])
(import_from_statement module_name: (_) @reference.import)
(import_from_statement name: [
  (dotted_name) @reference.import
  (aliased_import name: (dotted_name) @reference.import)
])

(import_statement name: (dotted_name) @module) @import
(import_statement name: (aliased_import name: (dotted_name) @module alias: (identifier) @as)) @import
(import_from_statement module_name: (_) @module name: (dotted_name) @imported) @import
(import_from_statement module_name: (_) @module name: (aliased_import
  name: (dotted_name) @imported alias: (identifier) @as)) @import
(import_from_statement module_name: (_) @module (wildcard_import) @imported) @import

(parameters [
  (identifier) @local
  (typed_parameter . (identifier) @local)
  (typed_parameter . (list_splat_pattern (identifier) @local))
  (typed_parameter . (dictionary_splat_pattern (identifier) @local))
  (default_parameter name: (identifier) @local)
  (typed_default_parameter name: (identifier) @local)
  (list_splat_pattern (identifier) @local)
  (dictionary_splat_pattern (identifier) @local)
])
(lambda_parameters [
  (identifier) @local
  (default_parameter name: (identifier) @local)
  (list_splat_pattern (identifier) @local)
  (dictionary_splat_pattern (identifier) @local)
])
(assignment left: [
  (identifier) @local
  (attribute object: (identifier)) @local
  (pattern_list [(identifier) (attribute object: (identifier))] @local)
  (tuple_pattern [(identifier) (attribute object: (identifier))] @local)
])
(for_statement left: [(identifier) @local (pattern_list (identifier) @local) (tuple_pattern (identifier) @local)])
(for_in_clause left: [(identifier) @local (pattern_list (identifier) @local) (tuple_pattern (identifier) @local)])
(as_pattern alias: (as_pattern_target (identifier) @local))
(named_expression name: (identifier) @local)
