# No `from __future__ import annotations` here: ninja resolves the local schema names.
"""The generic API of all Resources: list, read, create, update, retire, restore, order, export, import."""

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import File, Query, Schema, UploadedFile
from pydantic import Field, create_model

from kangqiao.core import resource_services as services
from kangqiao.core import resource_sheets as sheets
from kangqiao.core.api import DoorRouter, In, ListQuery, Page, Request, page_of
from kangqiao.core.permissions import SIGNED_IN
from kangqiao.core.resource_schemas import ResourceSchemas, camel
from kangqiao.core.resources import RESOURCES, Resource, complete, model_field

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Order(In):
    ids: Annotated[list[int], Field(min_length=1, max_length=2000)]


def _query_schema(resource: Resource) -> type[Schema]:
    filters: dict[str, Any] = {"is_active": (bool | None, None), "order_by": (Annotated[str, Field(max_length=40)], "")}
    for name in resource.filters:
        if name != "is_active":
            kind = complete(resource.model, name).kind
            filters[name] = ((int if kind == "fk" else bool if kind == "bool" else str) | None, None)
            model_field(resource.model, name)
    return create_model(f"{camel(resource.name)}Query", __base__=ListQuery, **filters)


def build_router(resource: Resource) -> DoorRouter:
    """The router of one Resource, mounted at `/dictionaries/<name>`."""
    schemas = ResourceSchemas(resource)
    Out, Create, Patch, Wanted = schemas.out, schemas.create, schemas.patch, _query_schema(resource)
    router = DoorRouter(resource.context)
    read, write, name = resource.read_permission, resource.write_permission, resource.name.replace("-", "_")

    @router.get("", permission=read, response=Page[Out], operation_id=f"list_{name}", summary=f"{resource.title}: list")
    def list_(request: Request, query: Query[Wanted]):
        filters = {k: v for k in ("is_active", *resource.filters) if (v := getattr(query, k, None)) is not None}
        return page_of(services.search(resource, query.q, filters, query.order_by), query)

    if "export" in resource.verbs:

        @router.get("/export", permission=read, operation_id=f"export_{name}", summary=f"{resource.title}: XLSX")
        def export(request: Request):
            response = HttpResponse(sheets.export(resource), content_type=XLSX)
            response["Content-Disposition"] = f'attachment; filename="{resource.name}.xlsx"'
            return response

    if "import" in resource.verbs:

        @router.post("/import", permission=write, response=sheets.Outcome, operation_id=f"import_{name}")
        def import_(request: Request, file: UploadedFile = File(...), dry_run: bool = True):
            return sheets.import_rows(request.actor, resource, file.read(), dry_run=dry_run)

    if "order" in resource.verbs:

        @router.post("/order", permission=write, response={204: None}, operation_id=f"order_{name}")
        def order(request: Request, payload: Order):
            services.reorder(request.actor, resource, payload.ids)
            return 204, None

    @router.get("/{int:id}", permission=read, response=Out, operation_id=f"read_{name}")
    def read_(request: Request, id: int):
        return services.get(resource, id)

    if "create" in resource.verbs:

        @router.post("", permission=write, response={201: Out}, operation_id=f"create_{name}")
        def create(request: Request, payload: Create):
            return 201, services.create(request.actor, resource, payload.dict())

    if "update" in resource.verbs:

        @router.patch("/{int:id}", permission=write, response=Out, operation_id=f"update_{name}")
        def update(request: Request, id: int, payload: Patch):
            return services.update(request.actor, resource, id, payload.dict(exclude_unset=True))

    if "retire" in resource.verbs:

        @router.post("/{int:id}/retire", permission=write, response=Out, operation_id=f"retire_{name}")
        def retire(request: Request, id: int):
            return services.set_active(request.actor, resource, id, False)

        @router.post("/{int:id}/restore", permission=write, response=Out, operation_id=f"restore_{name}")
        def restore(request: Request, id: int):
            return services.set_active(request.actor, resource, id, True)

    return router


meta = DoorRouter("meta")


@meta.get("/resources", permission=SIGNED_IN, response=list[dict[str, Any]], operation_id="list_resources")
def list_resources(request: Request):
    """Descriptors of the dictionaries that the actor may read."""
    return [
        {**r.descriptor(), "may_write": request.actor.may(r.write_permission)}
        for r in RESOURCES
        if request.actor.may(r.read_permission)
    ]
