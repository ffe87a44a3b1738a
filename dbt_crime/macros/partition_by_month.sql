{#- By month, never by day: a BigQuery job may touch no more than 4,000 partitions. -#}
{% macro partition_by_month(column) -%}
    {{ return(
        {'field': column, 'data_type': 'date', 'granularity': 'month'}
        if target.type == 'bigquery' else none
    ) }}
{%- endmacro %}

{#- Not named cluster_by: that would replace the adapter's own macro. -#}
{% macro clustered_by(columns) -%}
    {{ return(columns if target.type == 'bigquery' else none) }}
{%- endmacro %}
