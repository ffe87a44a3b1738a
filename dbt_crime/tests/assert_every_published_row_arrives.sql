-- Rows are offences and victims: none may be dropped or multiplied on the way.
{% for source_table, fact in {
    'major_crimes': 'fct_offences', 'hate_crimes': 'fct_hate_crimes',
}.items() %}
select
    '{{ fact }}' as fact,
    published.row_count as published_rows,
    arrived.row_count as fact_rows
from (select count(*) as row_count from {{ source('toronto_police', source_table) }}) as published
cross join (select count(*) as row_count from {{ ref(fact) }}) as arrived
where published.row_count <> arrived.row_count
{{ 'union all' if not loop.last }}
{% endfor %}
