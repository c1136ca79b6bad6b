(impl_item trait: [
  (type_identifier) @reference.inherit
  (scoped_type_identifier name: (type_identifier) @reference.inherit)
  (generic_type type: (type_identifier) @reference.inherit)
  (generic_type type: (scoped_type_identifier name: (type_identifier) @reference.inherit))
])
(trait_item bounds: (trait_bounds [
  (type_identifier) @reference.inherit
  (scoped_type_identifier name: (type_identifier) @reference.inherit)
  (generic_type type: (type_identifier) @reference.inherit)
]))
(call_expression function: [
  (identifier) @reference.call
  (field_expression field: (field_identifier) @reference.call)
  (scoped_identifier name: (identifier) @reference.call)
  (generic_function function: [
    (identifier) @reference.call
    (field_expression field: (field_identifier) @reference.call)
    (scoped_identifier name: (identifier) @reference.call)
  ])
])
(macro_invocation macro: [
  (identifier) @reference.call
  (scoped_identifier name: (identifier) @reference.call)
])
(struct_expression name: [
  (type_identifier) @reference.call
  (scoped_type_identifier name: (type_identifier) @reference.call)
])
(parameter type: [
  (type_identifier) @reference.reference
  (reference_type type: (type_identifier) @reference.reference)
  (scoped_type_identifier name: (type_identifier) @reference.reference)
  (generic_type type: (type_identifier) @reference.reference)
])
(function_item return_type: (type_identifier) @reference.reference)
(field_declaration type: [
  (type_identifier) @reference.reference
  (generic_type type: (type_identifier) @reference.reference)
])

(use_declaration argument: [(identifier) (scoped_identifier)] @reference.import)
(use_declaration argument: (scoped_identifier name: (identifier) @reference.import))
(use_wildcard (scoped_identifier) @reference.import)
(scoped_use_list path: (_) @reference.import)
(use_list [(identifier) (scoped_identifier)] @reference.import)
(use_list (scoped_identifier name: (identifier) @reference.import))
(use_as_clause path: (_) @reference.import)
(extern_crate_declaration name: (identifier) @reference.import)
(mod_item name: (identifier) @reference.import !body)

(use_declaration argument: (_) @module) @import
(mod_item name: (identifier) @module !body) @import
(parameter pattern: (identifier) @local)
(let_declaration pattern: (identifier) @local)
(let_declaration pattern: (tuple_pattern (identifier) @local))
(for_expression pattern: (identifier) @local)
(closure_parameters (identifier) @local)
(field_declaration name: (field_identifier) @local)
(enum_variant name: (identifier) @local)
