"""Names of the functions that each dialect brings, beyond those written with their arguments."""

from __future__ import annotations

from collections.abc import Mapping

_NAMES: dict[str, str] = {
    "postgres": """
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
xmlparse xmlserialize xpath""",
    "sqlite": """
abs acos acosh asin asinh atan atan2 atanh avg bm25 ceil ceiling changes char coalesce concat
concat_ws cos cosh count cume_dist date datetime degrees dense_rank exp first_value floor format
glob group_concat hex highlight ifnull iif instr json json_array json_array_length json_each
json_error_position json_extract json_group_array json_group_object json_insert json_object
json_patch json_pretty json_quote json_remove json_replace json_set json_tree json_type json_valid
jsonb jsonb_array jsonb_extract jsonb_group_array jsonb_group_object jsonb_insert jsonb_object
jsonb_patch jsonb_remove jsonb_replace jsonb_set julianday lag last_insert_rowid last_value lead
length like likelihood likely ln load_extension log log10 log2 lower ltrim max median min mod
nth_value ntile nullif octet_length percent_rank percentile percentile_cont percentile_disc pi pow
power printf quote radians random randomblob rank replace round row_number rtrim sign sin sinh
snippet soundex sqlite_version sqrt strftime string_agg substr substring sum tan tanh time
timediff total total_changes trim trunc typeof unhex unicode unistr unixepoch unlikely upper
zeroblob""",
    "mysql": """
abs acos adddate addtime aes_decrypt aes_encrypt any_value ascii asin atan atan2 avg benchmark bin
bin_to_uuid bit_and bit_count bit_length bit_or bit_xor ceil ceiling char char_length
character_length charset coalesce coercibility collation compress concat concat_ws connection_id
conv convert convert_tz cos cot count crc32 cume_dist curdate current_role current_user curtime
database date date_add date_format date_sub datediff day dayname dayofmonth dayofweek dayofyear
default degrees dense_rank elt exp export_set extractvalue field find_in_set first_value floor
format found_rows from_base64 from_days from_unixtime get_format get_lock greatest group_concat
grouping hex hour if ifnull inet6_aton inet6_ntoa inet_aton inet_ntoa insert instr interval
is_free_lock is_used_lock is_uuid isnull json_array json_array_append json_array_insert
json_arrayagg json_contains json_contains_path json_depth json_extract json_insert json_keys
json_length json_merge_patch json_merge_preserve json_object json_objectagg json_overlaps
json_pretty json_quote json_remove json_replace json_schema_valid json_search json_set
json_storage_size json_table json_type json_unquote json_valid json_value lag last_day
last_insert_id last_value lcase lead least left length ln load_file localtime localtimestamp
locate log log10 log2 lower lpad ltrim make_set makedate maketime max md5 microsecond mid min
minute mod month monthname now nth_value ntile nullif oct octet_length ord percent_rank period_add
period_diff pi position pow power quarter quote radians rand random_bytes rank regexp_instr
regexp_like regexp_replace regexp_substr release_lock repeat replace reverse right round row_count
row_number rpad rtrim schema sec_to_time second session_user sha1 sha2 sign sin sleep soundex
space sqrt st_astext st_contains st_distance st_distance_sphere st_geomfromtext st_within st_x
st_y std stddev stddev_pop stddev_samp str_to_date strcmp subdate substr substring substring_index
subtime sum sysdate system_user tan time time_format time_to_sec timediff timestamp timestampadd
timestampdiff to_base64 to_days to_seconds trim truncate ucase uncompress unhex unix_timestamp
updatexml upper user utc_date utc_time utc_timestamp uuid uuid_short uuid_to_bin var_pop var_samp
variance version week weekday weekofyear weight_string year yearweek""",
    "tsql": """
abs acos app_name approx_count_distinct ascii asin atan atn2 avg binary_checksum cast ceiling char
charindex checksum checksum_agg choose coalesce col_length col_name columnproperty compress concat
concat_ws connectionproperty containstable convert cos cot count count_big cume_dist current_user
cursor_status databasepropertyex datalength date_bucket dateadd datediff datediff_big
datefromparts datename datepart datetime2fromparts datetimefromparts datetimeoffsetfromparts
datetrunc day db_id db_name decompress degrees dense_rank difference eomonth error_line
error_message error_number error_procedure error_severity error_state exp filegroup_name
first_value floor format formatmessage freetexttable generate_series getdate getutcdate greatest
grouping grouping_id hashbytes host_name ident_current ident_incr ident_seed iif indexproperty
is_member is_rolemember is_srvrolemember isdate isjson isnull isnumeric json_array json_arrayagg
json_modify json_object json_objectagg json_path_exists json_query json_value lag last_value lead
least left len log log10 lower ltrim max min month nchar newid newsequentialid ntile nullif
object_definition object_id object_name object_schema_name objectproperty openjson openquery
openrowset openxml original_login parse parsename patindex percent_rank percentile_cont
percentile_disc permissions pi power quotename radians rand rank replace replicate reverse right
round row_number rowcount_big rtrim schema_id schema_name scope_identity serverproperty
session_context session_user sign sin smalldatetimefromparts soundex space sqrt square stdev
stdevp str string_agg string_escape string_split stuff substring sum suser_id suser_name suser_sid
suser_sname switchoffset sysdatetime sysdatetimeoffset system_user sysutcdatetime tan textptr
timefromparts todatetimeoffset translate trim try_cast try_convert try_parse type_id type_name
unicode upper user_id user_name var varp xact_state year""",
    "bigquery": """
abs acos acosh any_value approx_count_distinct approx_quantiles approx_top_count approx_top_sum
array array_agg array_concat array_concat_agg array_first array_last array_length array_reverse
array_slice array_to_string ascii asin asinh atan atan2 atanh avg bit_and bit_count bit_or bit_xor
bool byte_length cbrt ceil ceiling char_length character_length chr coalesce code_points_to_bytes
code_points_to_string collate concat contains_substr corr cos cosh cot count countif covar_pop
covar_samp cume_dist current_date current_datetime current_time current_timestamp date date_add
date_bucket date_diff date_from_unix_date date_sub date_trunc datetime datetime_add
datetime_bucket datetime_diff datetime_sub datetime_trunc dense_rank div edit_distance ends_with
error exp extract farm_fingerprint first_value float64 floor format format_date format_datetime
format_time format_timestamp from_base32 from_base64 from_hex generate_array generate_date_array
generate_timestamp_array generate_uuid greatest grouping ieee_divide if ifnull initcap instr int64
is_inf is_nan json_array json_array_append json_extract json_extract_array json_extract_scalar
json_extract_string_array json_keys json_object json_query json_query_array json_remove json_set
json_strip_nulls json_type json_value json_value_array justify_days justify_hours justify_interval
lag last_day last_value lax_bool lax_float64 lax_int64 lax_string lead least left length ln log
log10 logical_and logical_or lower lpad ltrim make_interval max max_by md5 min min_by mod
normalize normalize_and_casefold nth_value ntile nullif nullifzero octet_length parse_bignumeric
parse_date parse_datetime parse_json parse_numeric parse_time parse_timestamp percent_rank
percentile_cont percentile_disc pow power rand range range_bucket rank regexp_contains
regexp_extract regexp_extract_all regexp_instr regexp_replace regexp_substr repeat replace reverse
right round row_number rpad rtrim safe_add safe_cast safe_convert_bytes_to_string safe_divide
safe_multiply safe_negate safe_subtract session_user sha1 sha256 sha512 sign sin sinh soundex
split sqrt st_area st_asgeojson st_astext st_centroid st_contains st_distance st_dwithin
st_geogfromgeojson st_geogfromtext st_geogpoint st_intersects st_length st_makeline st_union
st_union_agg st_within st_x st_y starts_with stddev stddev_pop stddev_samp string string_agg
strpos struct substr substring sum tan tanh time time_add time_diff time_sub time_trunc timestamp
timestamp_add timestamp_bucket timestamp_diff timestamp_micros timestamp_millis timestamp_seconds
timestamp_sub timestamp_trunc to_base32 to_base64 to_code_points to_hex to_json to_json_string
translate trim trunc unicode unix_date unix_micros unix_millis unix_seconds unnest upper var_pop
var_samp variance zeroifnull""",
    "snowflake": """
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
weekiso weekofyear width_bucket year yearofweek zeroifnull""",
    "clickhouse": """
abs addDays addHours addMinutes addMonths addSeconds addWeeks addYears any anyHeavy anyIf anyLast
argMax argMin arrayAll arrayAvg arrayConcat arrayCount arrayDistinct arrayElement arrayEnumerate
arrayExists arrayFilter arrayFirst arrayIntersect arrayJoin arrayMap arrayMax arrayMin
arrayPopBack arrayPushBack arrayReduce arrayReverse arraySlice arraySort arrayStringConcat
arraySum arrayUniq arrayZip assumeNotNull avg avgIf bitAnd bitOr bitXor caseWithExpression ceil
char cityHash64 coalesce concat count countDistinct countIf dateAdd dateDiff dateName dateSub
dateTrunc dictGet dictGetOrDefault dictHas domain domainWithoutWWW empty endsWith entropy extract
extractAll farmHash64 floor formatDateTime formatReadableQuantity formatReadableSize
formatReadableTimeDelta fromUnixTimestamp fromUnixTimestamp64Milli generateUUIDv4 greatest
groupArray groupArrayIf groupBitAnd groupBitOr groupUniqArray has hasAll hasAny hex histogram if
ifNull indexOf intDiv isFinite isNaN isNotNull isNull JSON_QUERY JSON_VALUE JSONExtract
JSONExtractArrayRaw JSONExtractBool JSONExtractFloat JSONExtractInt JSONExtractKeys
JSONExtractKeysAndValues JSONExtractRaw JSONExtractString JSONExtractUInt JSONHas JSONLength
JSONType lagInFrame leadInFrame least length like log log10 log2 lower lowerUTF8 mapContains
mapKeys mapValues match max maxIf maxMerge median min minIf modulo multiIf multiSearchAny neighbor
notEmpty now now64 nullIf parseDateTime parseDateTimeBestEffort path plus position
positionCaseInsensitive pow quantile quantileExact quantileIf quantiles quantileTDigest rand
rand64 range replaceAll replaceOne replaceRegexpAll replaceRegexpOne reverse round
rowNumberInAllBlocks runningAccumulate runningDifference sequenceMatch simpleJSONExtractString
sipHash64 skewPop splitByChar splitByRegexp splitByString sqrt startsWith stddevPop stddevSamp
substring subtractDays subtractHours subtractMonths sum sumIf sumMap sumMerge sumWithOverflow
timeSlot toBool toDate toDate32 toDateTime toDateTime64 today toDayOfMonth toDayOfWeek toDayOfYear
toDecimal64 toFixedString toFloat32 toFloat64 toHour toInt16 toInt32 toInt64 toInt8 toIntervalDay
toISOWeek toISOYear toLastDayOfMonth toMinute toMonday toMonth toNullable topK toQuarter
toRelativeDayNum toSecond toStartOfDay toStartOfFifteenMinutes toStartOfFiveMinutes toStartOfHour
toStartOfInterval toStartOfMinute toStartOfMonth toStartOfQuarter toStartOfWeek toStartOfYear
toString toStringCutToZero toTimeZone toTypeName toUInt16 toUInt32 toUInt64 toUInt8
toUnixTimestamp toUUID toWeek toYear toYearWeek toYYYYMM toYYYYMMDD transform trim trimBoth trunc
tuple tupleElement uniq uniqCombined uniqExact uniqHLL12 uniqIf upper upperUTF8 varPop varSamp
visitParamExtractString windowFunnel xxHash64 yesterday""",
    "trino": """
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
week_of_year width_bucket with_timezone word_stem xxhash64 year year_of_week yow zip zip_with""",
    "duckdb": """
abs acos acosh age aggregate any_value approx_count_distinct approx_quantile approx_top_k
arbitrary arg_max arg_max_null arg_max_nulls_last arg_min arg_min_null arg_min_nulls_last argmax
argmin array_agg array_aggr array_aggregate array_append array_apply array_cat array_concat
array_contains array_cosine_distance array_cosine_similarity array_cross_product array_distance
array_distinct array_dot_product array_extract array_filter array_grade_up array_has array_has_all
array_has_any array_indexof array_inner_product array_intersect array_length array_pop_back
array_pop_front array_position array_prepend array_push_back array_push_front array_reduce
array_resize array_reverse array_reverse_sort array_select array_slice array_sort array_to_json
array_to_string array_transform array_unique array_value array_where array_zip ascii asin asinh
atan atan2 atanh avg bar base64 binom bit_and bit_count bit_length bit_or bit_position bit_xor
bitstring bitstring_agg bool_and bool_or cardinality cbrt ceil ceiling century char_length
character_length chr concat concat_ws contains corr cos cosh cot count count_if count_star countif
covar_pop covar_samp current_catalog current_connection_id current_database current_date
current_query current_query_id current_role current_schema current_schemas current_setting
current_transaction_id current_user currval damerau_levenshtein date_add date_diff date_part
date_sub date_trunc datediff datepart datesub datetrunc day dayname dayofmonth dayofweek dayofyear
days_in_month decade decode degrees element_at encode ends_with entropy enum_code enum_first
enum_last enum_range enum_range_boundary epoch epoch_ms epoch_ns epoch_us equi_width_bins era
error even exp factorial fdiv filter first flatten floor fmod format format_bytes
formatreadabledecimalsize formatreadablesize from_base64 from_binary from_hex from_json
from_json_strict gamma gcd gen_random_uuid generate_series generate_subscripts geomean get_bit
get_current_timestamp getvariable glob grade_up greatest greatest_common_divisor group_concat
hamming hex histogram histogram_exact histogram_values hour if instr isfinite isinf isnan isodow
isoyear jaccard jaro_similarity jaro_winkler_similarity json json_array json_array_length
json_contains json_deserialize_sql json_each json_exists json_extract json_extract_path
json_extract_path_text json_extract_string json_group_array json_group_object json_group_structure
json_insert json_keys json_merge_patch json_object json_pretty json_quote json_remove json_replace
json_serialize_sql json_set json_strip_nulls json_structure json_transform json_transform_strict
json_tree json_type json_valid json_value julian kurtosis kurtosis_pop last last_day lcase lcm
least least_common_multiple left left_grapheme len length length_grapheme levenshtein lgamma list
list_aggr list_aggregate list_any_value list_append list_apply list_approx_count_distinct list_avg
list_bit_and list_bit_or list_bit_xor list_bool_and list_bool_or list_cat list_concat
list_contains list_count list_distance list_distinct list_dot_product list_element list_entropy
list_extract list_filter list_first list_grade_up list_has list_has_all list_has_any
list_histogram list_indexof list_inner_product list_intersect list_kurtosis list_kurtosis_pop
list_last list_max list_median list_min list_mode list_pack list_position list_prepend
list_product list_reduce list_resize list_reverse list_reverse_sort list_select list_skewness
list_slice list_sort list_stddev_pop list_stddev_samp list_string_agg list_sum list_transform
list_unique list_value list_var_pop list_var_samp list_where list_zip listagg ln log log10 log2
lower lpad ltrim mad make_date make_time make_timestamp make_timestamp_ms make_timestamp_ns
make_timestamptz map map_concat map_contains map_contains_entry map_contains_value map_entries
map_extract map_extract_value map_from_entries map_keys map_values max max_by md5 mean median
microsecond millennium millisecond min min_by minute mod mode month monthname nanosecond nextafter
nextval nfc_normalize normalized_interval now nullif octet_length ord overlay parse_dirname
parse_dirpath parse_filename parse_formatted_bytes parse_path path_join pi position pow power
prefix printf product quantile quantile_cont quantile_disc quarter radians random range read_csv
read_csv_auto read_json read_json_auto read_parquet regexp_escape regexp_extract
regexp_extract_all regexp_full_match regexp_matches regexp_replace regexp_split_to_array
regexp_split_to_table regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx
regr_sxy regr_syy repeat replace reservoir_quantile reverse right right_grapheme round round_even
roundbankers row_to_json rpad rtrim second session_user setseed setval sha1 sha256 sign signbit
sin sinh skewness split split_part sqrt starts_with stddev stddev_pop stddev_samp str_split
str_split_regex strftime string_agg string_split string_split_regex string_to_array strip_accents
strlen strpos strptime struct_concat struct_contains struct_extract struct_has struct_indexof
struct_insert struct_keys struct_pack struct_position struct_update struct_values substr substring
substring_grapheme suffix sum tan tanh time_bucket timezone timezone_hour timezone_minute to_base
to_base64 to_binary to_centuries to_days to_decades to_hex to_hours to_json to_microseconds
to_millennia to_milliseconds to_minutes to_months to_quarters to_seconds to_timestamp to_weeks
to_years today transaction_timestamp translate trim trunc try_strptime typeof ucase unhex unicode
union_extract union_tag union_value unnest upper url_decode url_encode uuid uuid_extract_timestamp
uuid_extract_version uuidv4 uuidv7 var_pop var_samp variance vertex_extract wavg week weekday
weekofyear weighted_avg year yearweek""",
}

_LIKE = {
    "redshift": "postgres",
    "materialize": "postgres",
    "risingwave": "postgres",
    "mariadb": "mysql",
    "singlestore": "mysql",
    "fabric": "tsql",
    "presto": "trino",
    "athena": "trino",
}

FUNCTION_NAMES: Mapping[str, tuple[str, ...]] = {
    dialect: tuple(names.split())
    for dialect, names in (_NAMES | {like: _NAMES[one] for like, one in _LIKE.items()}).items()
}
"""By dialect, in the dialect's own spelling; a dialect that is missing brings none."""
