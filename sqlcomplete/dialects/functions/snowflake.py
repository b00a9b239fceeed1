"""Functions of Snowflake."""

SIGNATURES = """date_trunc(part, date) dateadd(part, number, date) datediff(part, start, end)
current_date() current_timestamp() to_date(text) to_timestamp(text) iff(condition, then, else)
nvl(value, other) zeroifnull(number) listagg(text, separator) array_agg(value)
object_construct(key, value, …) flatten(input) parse_json(text) try_cast(value AS type)
try_to_date(text) to_char(value, format) year(date) month(date) split_part(text, delimiter, n)
regexp_substr(text, pattern) ilike(text, pattern) decode(value, search, result, …) md5(text)"""
"""`name(arguments)`; an empty list takes none."""

NAMES = """
abs acos add_months any_value approx_count_distinct approx_percentile array_agg array_append
array_cat array_compact array_construct array_contains array_distinct array_except array_flatten
array_insert array_intersection array_max array_min array_position array_prepend array_remove
array_size array_slice array_sort array_to_string array_union_agg array_unique_agg arrays_overlap
arrays_zip as_array as_date as_integer as_object as_varchar ascii asin atan atan2 avg
base64_decode_string base64_encode bitand bitor bitxor booland_agg boolor_agg cbrt ceil charindex
check_json chr coalesce collate concat concat_ws conditional_change_event conditional_true_event
contains convert_timezone corr cos cot count count_if covar_pop covar_samp cume_dist
current_account current_database current_date current_role current_schema current_session
current_time current_timestamp current_user current_warehouse date date_from_parts date_part
date_trunc dateadd datediff day dayname dayofmonth dayofweek dayofweekiso dayofyear decode degrees
dense_rank div0 div0null editdistance endswith equal_null exp factorial first_value flatten floor
generator get get_ddl get_path getbit getdate greatest grouping grouping_id hash hash_agg
haversine hex_decode_string hex_encode hour iff ifnull ilike initcap insert is_array is_boolean
is_date is_integer is_null_value is_object is_varchar jarowinkler_similarity kurtosis lag last_day
last_query_id last_value lead least left length like listagg ln log lower lpad ltrim max max_by
md5 md5_hex median min min_by minhash minute mod mode month monthname months_between next_day
nth_value ntile nullif nullifzero nvl nvl2 object_agg object_construct object_construct_keep_null
object_delete object_insert object_keys object_pick parse_ip parse_json parse_url percent_rank
percentile_cont percentile_disc pi position pow power previous_day quarter radians random randstr
rank ratio_to_report regexp_count regexp_instr regexp_like regexp_replace regexp_substr
regexp_substr_all regr_slope repeat replace result_scan reverse right rlike round row_number
rowcount rpad rtrim second seq1 seq2 seq4 seq8 sha1 sha2 sign sin skew soundex space split
split_part split_to_table sqrt square st_asgeojson st_contains st_distance st_makepoint startswith
stddev stddev_pop stddev_samp strip_null_value strtok strtok_split_to_table strtok_to_array substr
substring sum sysdate tan time time_from_parts time_slice timediff timestamp_from_parts
timestamp_ntz_from_parts timestamp_tz_from_parts timestampadd timestampdiff to_array to_binary
to_boolean to_char to_date to_decimal to_double to_geography to_json to_number to_object to_time
to_timestamp to_timestamp_ltz to_timestamp_ntz to_timestamp_tz to_varchar to_variant to_xml
translate trim trunc truncate try_base64_decode_string try_cast try_parse_json try_to_boolean
try_to_date try_to_decimal try_to_double try_to_number try_to_time try_to_timestamp
try_to_timestamp_ntz typeof unicode uniform upper uuid_string var_pop var_samp variance week
weekiso weekofyear width_bucket year yearofweek zeroifnull
"""
"""Further ones, known by name alone."""
