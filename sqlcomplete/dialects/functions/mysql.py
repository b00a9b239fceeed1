"""Functions of MySQL."""

SIGNATURES = """now() date_format(date, format) date_add(date, INTERVAL n unit)
date_sub(date, INTERVAL n unit) datediff(date, date) timestampdiff(unit, start, end) curdate()
year(date) month(date) day(date) ifnull(value, other) if(condition, then, else)
group_concat(value) concat_ws(separator, text, …) str_to_date(text, format) unix_timestamp()
from_unixtime(seconds) last_insert_id() rand() json_extract(json, path) left(text, n)
right(text, n) substring(text, start, length) greatest(value, …) least(value, …) date(value)
uuid()"""
"""`name(arguments)`; an empty list takes none."""

NAMES = """
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
variance version week weekday weekofyear weight_string year yearweek
"""
"""Further ones, known by name alone."""
