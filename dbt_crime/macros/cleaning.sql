{#- How one raw text value becomes a clean, typed one. -#}

{#- The portal writes a missing value as the word None. -#}
{% macro clean_text(column, nulls=[]) -%}
    {%- set ns = namespace(sql="nullif(" ~ trimmed(column) ~ ", '')") -%}
    {%- for literal in ['None'] + nulls -%}
        {%- set ns.sql = "nullif(" ~ ns.sql ~ ", '" ~ literal ~ "')" -%}
    {%- endfor -%}
    {{ ns.sql }}
{%- endmacro %}

{% macro clean_double(column) -%}
    {{ try_to(type_double(), trimmed(column)) }}
{%- endmacro %}

{#- Through a double, because an integer may be written 9.0. -#}
{% macro clean_integer(column) -%}
    {{ try_to('int64', clean_double(column)) }}
{%- endmacro %}

{% macro clean_date(column) -%}
    {%- set text = trimmed(column) -%}
    case
        when strpos({{ text }}, '-') = 5
            then {{ try_to('date', 'substr(' ~ text ~ ', 1, 10)') }}
        else {{ hub_time_to_date(text) }}
    end
{%- endmacro %}

{#- The portal's L2 layout lost every zero hour. -#}
{% macro clean_hour(column) -%}
    coalesce({{ clean_integer(column) }}, case when layout = 'L2' then 0 end)
{%- endmacro %}

{#- HHMM as an unpadded integer: 55 is 00:55. -#}
{% macro clean_time(column) -%}
    {%- set hhmm = "lpad(cast(" ~ clean_integer(column) ~ " as string), 4, '0')" -%}
    case
        when {{ hhmm }} is not null
            then concat(substr({{ hhmm }}, 1, 2), ':', substr({{ hhmm }}, 3, 2))
    end
{%- endmacro %}

{% macro clean_flag(column) -%}
    lower({{ clean_text(column) }}) = 'yes'
{%- endmacro %}

{#- A text that is no number is kept, so that the relationship test can name it. -#}
{% macro clean_neighbourhood_id(column) -%}
    {%- set text = clean_text(column, nulls=['NSA']) -%}
    {%- set id = "coalesce(cast(" ~ clean_integer(column) ~ " as string), " ~ text ~ ")" -%}
    case when length({{ id }}) < 3 then lpad({{ id }}, 3, '0') else {{ id }} end
{%- endmacro %}

{% macro clean_neighbourhood_name(column) -%}
    {{ replace_pattern(clean_text(column, nulls=['NSA']), ' *[(][0-9]+[)]$', '') }}
{%- endmacro %}

{% macro clean_category(column) -%}
    case lower({{ clean_text(column) }})
        {%- for category in categories() %}
        when '{{ category | lower }}' then '{{ category }}'
        {%- endfor %}
        else {{ clean_text(column) }}
    end
{%- endmacro %}

{% macro correct_spelling(expression) -%}
    replace({{ replace_pattern(expression, '[[:space:]]+', ' ') }}, 'Buidling', 'Building')
{%- endmacro %}
