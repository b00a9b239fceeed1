"""Functions of SQLite."""

SIGNATURES = """strftime(format, time, modifier, …) date(time, modifier, …)
datetime(time, modifier, …) time(time, modifier, …) julianday(time) unixepoch(time)
ifnull(value, other) iif(condition, then, else) group_concat(value, separator) total(number)
instr(text, part) printf(format, …) json_extract(json, path) json_group_array(value)
json_object(key, value, …) random() last_insert_rowid() changes() typeof(value) hex(value)
ltrim(text) rtrim(text)"""
"""`name(arguments)`; an empty list takes none."""

NAMES = """
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
zeroblob
"""
"""Further ones, known by name alone."""
