"""Functions of T-SQL."""

SIGNATURES = """getdate() sysdatetime() dateadd(part, number, date) datediff(part, start, end)
datepart(part, date) datename(part, date) convert(type, value, style) isnull(value, other)
iif(condition, then, else) len(text) string_agg(text, separator) charindex(part, text)
substring(text, start, length) left(text, n) right(text, n) format(value, format) year(date)
month(date) day(date) newid() scope_identity() try_cast(value AS type) concat_ws(separator, text, …)
eomonth(date) datefromparts(year, month, day) stdev(number)"""
"""`name(arguments)`; an empty list takes none."""

NAMES = """
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
unicode upper user_id user_name var varp xact_state year
"""
"""Further ones, known by name alone."""
