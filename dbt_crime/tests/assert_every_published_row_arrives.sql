-- Rows are offences and victims: none may be dropped or multiplied on the way.
{%- set facts = {'fct_offences': 'major_crimes', 'fct_hate_crimes': 'hate_crimes'} %}

with counted as (
    {% for fact, source_table in facts.items() %}
    select
        '{{ fact }}' as fact,
        1 as published_rows,
        0 as fact_rows
    from {{ source('toronto_police', source_table) }}

    union all

    select
        '{{ fact }}' as fact,
        0 as published_rows,
        1 as fact_rows
    from {{ ref(fact) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

totals as (

    select
        fact,
        sum(published_rows) as all_published_rows,
        sum(fact_rows) as all_fact_rows
    from counted
    group by fact

)

select * from totals
where all_published_rows <> all_fact_rows
