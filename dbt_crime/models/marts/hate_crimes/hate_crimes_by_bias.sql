with hate_crimes as (

    select * from {{ ref('fct_hate_crimes') }}

),

biases as (

    select * from {{ ref('hate_crime_biases') }}

),

counted as (

    select
        biases.bias_category,
        biases.bias_value,
        hate_crimes.reported_year,
        count(*) as occurrences,
        {{ count_where('hate_crimes.is_arrest_made') }} as arrests
    from biases
    inner join hate_crimes on biases.event_id = hate_crimes.event_id
    group by biases.bias_category, biases.bias_value, hate_crimes.reported_year

)

select
    bias_category,
    bias_value,
    reported_year,
    occurrences,
    arrests,
    arrests / occurrences as arrest_rate,
    {{ publication_id() }}
from counted
