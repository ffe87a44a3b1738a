with hate_crimes as (

    select * from {{ ref('fct_hate_crimes') }}

),

coverage as (

    select * from {{ ref('int_coverage') }}
    where dataset = 'hate_crimes'

),

counted as (

    select
        reported_year,
        count(*) as occurrences,
        {{ count_where('is_arrest_made') }} as arrests,
        {{ count_where('is_multiple_bias') }} as multiple_bias_occurrences
    from hate_crimes
    group by reported_year

)

select
    counted.reported_year,
    counted.occurrences,
    counted.arrests,
    counted.arrests / counted.occurrences as arrest_rate,
    counted.multiple_bias_occurrences,
    counted.reported_year between coverage.first_complete_year and coverage.last_complete_year
        as is_complete_year,
    {{ publication_id() }}
from counted
cross join coverage
