"""Functions of Trino."""

SIGNATURES = """now() date_trunc(part, date)
date_diff(part, start, end) date_add(part, number, date) date_format(time, format)
date_parse(text, format) from_iso8601_timestamp(text) array_agg(value) array_join(array, separator)
json_extract_scalar(json, path) json_query(json, path) element_at(array, index)
split(text, separator)
regexp_like(text, pattern) regexp_replace(text, pattern, replacement) if(condition, then, else)
try_cast(value AS type) approx_distinct(value) max_by(value, by) min_by(value, by) arbitrary(value)
cardinality(array) to_iso8601(time) from_unixtime(seconds) current_timestamp() greatest(value, …)"""
"""`name(arguments)`; an empty list takes none."""

NAMES = """
abs acos all_match any_match any_value approx_distinct approx_most_frequent approx_percentile
arbitrary array_agg array_distinct array_except array_intersect array_join array_max array_min
array_position array_remove array_sort array_union arrays_overlap asin at_timezone atan atan2 avg
bar bit_count bitwise_and bitwise_and_agg bitwise_or bool_and bool_or cardinality cast cbrt ceil
ceiling checksum chr coalesce codepoint combinations concat concat_ws contains contains_sequence
corr cos cosh count count_if covar_pop covar_samp cume_dist current_date current_time
current_timestamp current_timezone date date_add date_diff date_format date_parse date_trunc day
day_of_month day_of_week day_of_year degrees dense_rank dow doy element_at ends_with every exp
filter first_value flatten floor format format_datetime format_number from_base64
from_big_endian_64 from_hex from_iso8601_date from_iso8601_timestamp from_unixtime
from_unixtime_nanos greatest hash_counts histogram hour if infinity is_finite is_infinite
is_json_scalar is_nan json_array json_array_contains json_array_get json_array_length json_exists
json_extract json_extract_scalar json_format json_object json_parse json_query json_size
json_value lag last_day_of_month last_value lead least length levenshtein_distance listagg ln log
log10 log2 lower lpad ltrim map map_agg map_concat map_entries map_filter map_from_entries
map_keys map_union map_values map_zip_with max max_by md5 merge min min_by minute mod month
multimap_agg nan ngrams none_match normalize now nth_value ntile nullif numeric_histogram
parse_datetime parse_duration percent_rank pi position pow power quarter radians rand random rank
reduce reduce_agg regexp_count regexp_extract regexp_extract_all regexp_like regexp_position
regexp_replace regexp_split regr_intercept regr_slope repeat replace reverse round row row_number
rpad rtrim second sequence sha1 sha256 sha512 shuffle sign sin slice soundex split split_part
split_to_map split_to_multimap sqrt st_area st_contains st_distance st_geometryfromtext st_point
starts_with stddev stddev_pop stddev_samp strpos substr substring sum tan tanh timezone_hour
timezone_minute to_base64 to_big_endian_64 to_char to_date to_hex to_iso8601 to_milliseconds
to_timestamp to_unixtime to_utf8 transform translate trim truncate try try_cast typeof unnest
upper url_decode url_encode url_extract_fragment url_extract_host url_extract_parameter
url_extract_path url_extract_protocol url_extract_query uuid var_pop var_samp variance week
week_of_year width_bucket with_timezone word_stem xxhash64 year year_of_week yow zip zip_with
"""
"""Further ones, known by name alone."""
