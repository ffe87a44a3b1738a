with hate_crimes as (

    select
        event_id,
        reported_year,
        case when is_arrest_made then 1 else 0 end as arrests
    from {{ ref('fct_hate_crimes') }}

),

biases as (

    select
        hate_crimes.reported_year,
        hate_crimes.arrests
    from {{ ref('hate_crime_biases') }} as biases
    inner join hate_crimes on biases.event_id = hate_crimes.event_id

),

-- The facts count up and the marts count down, so that nothing may be left of a year.
differences as (

    select
        'hate_crimes_by_year' as mart,
        reported_year,
        1 as occurrences,
        arrests
    from hate_crimes

    union all

    select
        'hate_crimes_by_year' as mart,
        reported_year,
        0 - occurrences as occurrences,
        0 - arrests as arrests
    from {{ ref('hate_crimes_by_year') }}

    union all

    select
        'hate_crimes_by_bias' as mart,
        reported_year,
        1 as occurrences,
        arrests
    from biases

    union all

    select
        'hate_crimes_by_bias' as mart,
        reported_year,
        0 - occurrences as occurrences,
        0 - arrests as arrests
    from {{ ref('hate_crimes_by_bias') }}

),

left_over as (

    select
        mart,
        reported_year,
        sum(occurrences) as occurrences_left,
        sum(arrests) as arrests_left
    from differences
    group by mart, reported_year

)

select * from left_over
where occurrences_left <> 0 or arrests_left <> 0
