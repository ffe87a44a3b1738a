with totals as (

    select
        'hate_crimes_by_year' as mart,
        (select sum(occurrences) from {{ ref('hate_crimes_by_year') }}) as mart_occurrences,
        (select sum(arrests) from {{ ref('hate_crimes_by_year') }}) as mart_arrests,
        count(*) as fact_occurrences,
        {{ count_where('is_arrest_made') }} as fact_arrests
    from {{ ref('fct_hate_crimes') }}

    union all

    select
        'hate_crimes_by_bias' as mart,
        (select sum(occurrences) from {{ ref('hate_crimes_by_bias') }}) as mart_occurrences,
        (select sum(arrests) from {{ ref('hate_crimes_by_bias') }}) as mart_arrests,
        count(*) as fact_occurrences,
        {{ count_where('hate_crimes.is_arrest_made') }} as fact_arrests
    from {{ ref('hate_crime_biases') }} as biases
    inner join {{ ref('fct_hate_crimes') }} as hate_crimes
        on biases.event_id = hate_crimes.event_id

)

select * from totals
where
    coalesce(mart_occurrences, 0) <> fact_occurrences
    or coalesce(mart_arrests, 0) <> coalesce(fact_arrests, 0)
