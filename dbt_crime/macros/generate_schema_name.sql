{#- One place maps the logical schemas (raw, staging, audit, marts, ops) to the engine's own. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set logical_name = custom_schema_name or target.schema -%}
    {%- if target.type == 'bigquery' -%}
        {{ env_var('CRIME_DATASET_PREFIX', 'crime_') }}{{ logical_name }}
    {%- else -%}
        {{ logical_name }}
    {%- endif -%}
{%- endmacro %}
