{#- The field's own lists. Those of categories and biases also stand in datasets/terms.ts and as accepted values. -#}

{% macro categories() -%}
    {{ return(['Assault', 'Auto Theft', 'Break and Enter', 'Robbery', 'Theft Over']) }}
{%- endmacro %}

{% macro bias_columns() -%}
    {{ return(['race', 'ethnicity', 'language', 'religion', 'sexual_orientation', 'gender']) }}
{%- endmacro %}

{% macro lag_buckets() -%}
    {{ return([
        'same day', '1 day', '2-7 days', '8-30 days', '31-90 days', '91-365 days', 'over a year',
    ]) }}
{%- endmacro %}
