with hate_crimes as (

    select * from {{ ref('stg_toronto_police__hate_crimes') }}

),

cells as (
    {% for bias in bias_columns() %}
    select
        event_id,
        '{{ bias }}' as bias_category,
        {{ bias }}_bias as cell
    from hate_crimes
    where {{ bias }}_bias is not null

    union all
    {% endfor %}
    select
        event_id,
        'age' as bias_category,
        'Age' as cell
    from hate_crimes
    where has_age_bias

    union all

    select
        event_id,
        'disability' as bias_category,
        'Mental or physical disability' as cell
    from hate_crimes
    where has_disability_bias

),

split as (

    select
        cells.event_id,
        cells.bias_category,
        {{ clean_text('part') }} as spelling
    from cells
    cross join {{ each_part('cells.cell', ',', 'part') }}

)

select
    event_id,
    bias_category,
    spelling
from split
where spelling is not null
