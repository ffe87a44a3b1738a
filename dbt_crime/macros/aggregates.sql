{#- Cast, because DuckDB sums integers into a wider type than BigQuery. -#}
{% macro sum_integer(expression) -%}
    cast(sum({{ expression }}) as int64)
{%- endmacro %}

{% macro count_where(condition) -%}
    {{ sum_integer('case when ' ~ condition ~ ' then 1 else 0 end') }}
{%- endmacro %}

{#- 1 = most, among the complete periods of one grain and category; equal ones by period. -#}
{% macro rank_of_complete(measure) -%}
    case
        when is_complete and {{ measure }} is not null
            then row_number() over (
                partition by grain, category, is_complete and {{ measure }} is not null
                order by {{ measure }} desc, period asc
            )
    end
{%- endmacro %}
