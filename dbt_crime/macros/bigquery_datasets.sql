{#- Where the tables lie on BigQuery. Nothing of this concerns DuckDB. -#}

{#- Run before every build: a job in one location cannot read a dataset in another one. -#}
{% macro check_location() %}
    {%- if execute and target.type == 'bigquery' %}
        {%- for layer in ['raw', 'staging', 'audit', 'marts', 'ops'] %}
            {%- set dataset = api.Relation.create(
                database=target.project, schema=env_var('CRIME_DATASET_PREFIX', 'crime_') ~ layer
            ) %}
            {%- set location = adapter.get_dataset_location(dataset) %}
            {%- if location | lower != target.location | lower %}
                {{ exceptions.raise_compiler_error(
                    'dataset ' ~ dataset.schema ~ ' lies in ' ~ location ~ ', but the one location of '
                    ~ 'this pipeline is ' ~ target.location ~ ': set CRIME_LOCATION to where the data '
                    ~ 'are, or make the datasets anew there. Nothing was run.'
                ) }}
            {%- endif %}
        {%- endfor %}
    {%- endif %}
{% endmacro %}

{#- The infrastructure makes the datasets, with their location, expiry and grants; dbt never does. -#}
{% macro bigquery__create_schema(relation) %}
    {{ exceptions.raise_compiler_error(
        'there is no dataset ' ~ relation.schema ~ ' in project ' ~ relation.database
        ~ ': deploy the data stack first, or correct CRIME_PROJECT_ID and CRIME_DATASET_PREFIX'
    ) }}
{% endmacro %}
