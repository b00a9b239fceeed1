"""Functions of PostgreSQL."""

SIGNATURES = """now() date_trunc(field, timestamp) extract(field FROM timestamp)
to_char(value, format) to_date(text, format) to_timestamp(seconds) age(timestamp, timestamp)
date_part(field, timestamp) string_agg(text, separator) array_agg(value) json_agg(value)
jsonb_agg(value) json_build_object(key, value, …) jsonb_build_object(key, value, …)
jsonb_array_elements(jsonb) jsonb_set(target, path, value) to_jsonb(value) unnest(array)
generate_series(start, stop, step) gen_random_uuid() any(array) all(array)
array_length(array, dimension)
split_part(text, delimiter, n) regexp_replace(text, pattern, replacement) left(text, n)
right(text, n)
substring(text FROM start FOR length) position(part IN text) greatest(value, …) least(value, …)
random() currval(sequence) nextval(sequence) bool_and(value) bool_or(value)
percentile_cont(fraction) make_interval(years, months, weeks, days, hours, mins, secs)
clock_timestamp() to_tsvector(config, text) plainto_tsquery(config, text) ts_rank(vector, query)
pg_advisory_xact_lock(key) row_to_json(row) array_remove(array, value) cardinality(array)"""
"""`name(arguments)`; an empty list takes none."""

NAMES = """
abs acos acosh age array_agg array_append array_cat array_dims array_fill array_length array_lower
array_ndims array_position array_positions array_prepend array_remove array_replace array_sample
array_shuffle array_to_json array_to_string array_upper ascii asin asinh atan atan2 atanh avg
bit_and bit_count bit_length bit_or bit_xor bool_and bool_or btrim cardinality cbrt ceil ceiling
char_length character_length chr clock_timestamp col_description convert convert_from convert_to
corr cos cosd cosh cot count covar_pop covar_samp crypt cume_dist current_database current_schema
current_schemas current_setting currval cursor_to_xml date_add date_bin date_part date_subtract
date_trunc daterange decode degrees dense_rank digest div encode enum_first enum_last enum_range
erf every exp factorial first_value floor format format_type gcd gen_random_bytes gen_random_uuid
gen_salt generate_series generate_subscripts get_bit get_byte has_column_privilege
has_database_privilege has_schema_privilege has_table_privilege hmac host hstore inet_client_addr
initcap int4range int8range isempty isfinite json_agg json_array_elements json_array_elements_text
json_array_length json_build_array json_build_object json_each json_each_text json_extract_path
json_extract_path_text json_object json_object_agg json_object_keys json_populate_record
json_populate_recordset json_strip_nulls json_to_record json_to_recordset json_typeof jsonb_agg
jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array
jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path jsonb_extract_path_text
jsonb_insert jsonb_object jsonb_object_agg jsonb_object_keys jsonb_path_exists jsonb_path_match
jsonb_path_query jsonb_path_query_array jsonb_path_query_first jsonb_populate_record
jsonb_populate_recordset jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls jsonb_to_record
jsonb_to_recordset jsonb_typeof justify_days justify_hours justify_interval lag last_value lastval
lcm lead left length ln log log10 lower lower_inc lower_inf lpad ltrim make_date make_interval
make_time make_timestamp make_timestamptz masklen max md5 min min_scale mod mode multirange
netmask network nextval normalize now nth_value ntile num_nonnulls num_nulls numrange
obj_description octet_length overlay parse_ident percent_rank percentile_cont percentile_disc
pg_advisory_lock pg_advisory_lock_shared pg_advisory_unlock pg_advisory_unlock_all
pg_advisory_xact_lock pg_advisory_xact_lock_shared pg_backend_pid pg_cancel_backend pg_column_size
pg_current_xact_id pg_database_size pg_get_constraintdef pg_get_expr pg_get_functiondef
pg_get_indexdef pg_get_serial_sequence pg_get_userbyid pg_get_viewdef pg_indexes_size
pg_is_in_recovery pg_listening_channels pg_notify pg_postmaster_start_time pg_relation_size
pg_size_pretty pg_sleep pg_snapshot_xmin pg_table_size pg_terminate_backend pg_total_relation_size
pg_trigger_depth pg_try_advisory_lock pg_try_advisory_xact_lock pg_typeof phraseto_tsquery pi
plainto_tsquery position power query_to_xml quote_ident quote_literal quote_nullable radians
random random_normal range_agg range_intersect_agg range_merge rank regexp_count regexp_instr
regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table
regexp_substr regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope repeat replace
reverse right round row_number row_to_json rpad rtrim scale set_bit set_byte set_config setseed
setval setweight sha224 sha256 sha384 sha512 shobj_description sign similarity sin sind sinh
split_part sqrt st_area st_asbinary st_asewkt st_asgeojson st_asmvt st_asmvtgeom st_astext
st_azimuth st_boundary st_buffer st_centroid st_clusterdbscan st_clusterkmeans st_collect
st_contains st_convexhull st_coveredby st_covers st_crosses st_difference st_dimension st_disjoint
st_distance st_distancesphere st_dump st_dumppoints st_dwithin st_endpoint st_envelope st_equals
st_expand st_extent st_force2d st_geogfromtext st_geohash st_geometryn st_geometrytype
st_geomfromgeojson st_geomfromtext st_geomfromwkb st_intersection st_intersects st_isempty
st_isvalid st_length st_lineinterpolatepoint st_linelocatepoint st_linemerge st_makeenvelope
st_makeline st_makepoint st_makepolygon st_makevalid st_multi st_npoints st_numgeometries
st_overlaps st_perimeter st_point st_pointn st_pointonsurface st_polygon st_setsrid st_simplify
st_simplifypreservetopology st_snaptogrid st_srid st_startpoint st_subdivide st_symdifference
st_tileenvelope st_touches st_transform st_translate st_union st_within st_x st_xmax st_xmin st_y
st_ymax st_ymin st_z starts_with statement_timestamp stddev stddev_pop stddev_samp
strict_word_similarity string_agg string_to_array string_to_table strip strpos substr substring
sum tan tand tanh text timeofday timezone to_ascii to_char to_date to_hex to_json to_jsonb
to_number to_regclass to_regtype to_timestamp to_tsquery to_tsvector transaction_timestamp
translate trim trim_array trim_scale trunc ts_debug ts_delete ts_filter ts_headline ts_lexize
ts_rank ts_rank_cd ts_rewrite ts_stat tsmultirange tsrange tstzrange txid_current unaccent unistr
unnest upper upper_inc upper_inf uuid_generate_v1 uuid_generate_v4 uuidv4 uuidv7 var_pop var_samp
variance version websearch_to_tsquery width_bucket word_similarity xmlagg xmlelement xmlforest
xmlparse xmlserialize xpath
"""
"""Further ones, known by name alone."""
