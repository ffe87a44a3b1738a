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
)

select
    fact,
    sum(published_rows) as published_rows,
    sum(fact_rows) as fact_rows
from counted
group by fact
having sum(published_rows) <> sum(fact_rows)
