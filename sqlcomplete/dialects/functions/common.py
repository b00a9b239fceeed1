"""Functions of nearly every dialect."""

SIGNATURES = """count(expression) sum(number) avg(number) min(value) max(value) coalesce(value, …)
nullif(value, other) round(number, digits) abs(number) lower(text) upper(text) length(text)
trim(text) replace(text, from, to) cast(value AS type) row_number() rank() dense_rank()
lag(value, offset) lead(value, offset) first_value(value) last_value(value) ntile(buckets)
concat(text, …) substr(text, start, length) floor(number) ceil(number) sqrt(number)
power(base, exponent) mod(number, divisor) exists(query)"""
"""`name(arguments)`; an empty list takes none."""
