"""Functions of ClickHouse."""

SIGNATURES = """now() today() toDate(value) toStartOfMonth(time) toStartOfDay(time)
toString(value) countIf(condition) sumIf(number, condition) uniq(value) uniqExact(value)
groupArray(value) arrayJoin(array) dateDiff(unit, start, end) if(condition, then, else)
multiIf(condition, then, …, else) JSONExtractString(json, key) argMax(value, by) argMin(value, by)
quantile(level)(number) splitByString(separator, text) toUInt32(value)"""
"""`name(arguments)`; an empty list takes none."""

NAMES = """
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
visitParamExtractString windowFunnel xxHash64 yesterday
"""
"""Further ones, known by name alone."""
