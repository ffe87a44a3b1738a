{% macro publication_id() -%}
    '{{ env_var("PUBLICATION_ID", "unpublished") }}' as publication_id
{%- endmacro %}
