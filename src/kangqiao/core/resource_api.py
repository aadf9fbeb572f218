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
    router, schemas = DoorRouter(resource.context), ResourceSchemas(resource)
    _add_sheets(router, resource)
    _add_order(router, resource)
    _add_rows(router, resource, schemas)
    _add_retiring(router, resource, schemas)
    return router


def _operation(verb: str, resource: Resource) -> dict[str, str]:
    return {"operation_id": f"{verb}_{resource.name.replace('-', '_')}", "summary": f"{resource.title}: {verb}"}


def _add_rows(router: DoorRouter, resource: Resource, schemas: ResourceSchemas) -> None:
    wanted = _query_schema(resource)
    read, write = resource.read_permission, resource.write_permission

    @router.get("", permission=read, response=Page[schemas.out], **_operation("list", resource))
    def list_(request: Request, query: Query[wanted]):
        filters = {k: v for k in ("is_active", *resource.filters) if (v := getattr(query, k, None)) is not None}
        return page_of(services.search(resource, query.q, filters, query.order_by), query)

    @router.get("/{int:id}", permission=read, response=schemas.out, **_operation("read", resource))
    def read_(request: Request, id: int):
        return services.get(resource, id)

    if "create" in resource.verbs:

        @router.post("", permission=write, response={201: schemas.out}, **_operation("create", resource))
        def create(request: Request, payload: schemas.create):
            return 201, services.create(request.actor, resource, payload.dict())

    if "update" in resource.verbs:

        @router.patch("/{int:id}", permission=write, response=schemas.out, **_operation("update", resource))
        def update(request: Request, id: int, payload: schemas.patch):
            return services.update(request.actor, resource, id, payload.dict(exclude_unset=True))


def _add_retiring(router: DoorRouter, resource: Resource, schemas: ResourceSchemas) -> None:
    if "retire" not in resource.verbs:
        return

    @router.post(
        "/{int:id}/retire", permission=resource.write_permission, response=schemas.out, **_operation("retire", resource)
    )
    def retire(request: Request, id: int):
        return services.set_active(request.actor, resource, id, False)

    @router.post(
        "/{int:id}/restore",
        permission=resource.write_permission,
        response=schemas.out,
        **_operation("restore", resource),
    )
    def restore(request: Request, id: int):
        return services.set_active(request.actor, resource, id, True)


def _add_order(router: DoorRouter, resource: Resource) -> None:
    if "order" not in resource.verbs:
        return

    @router.post("/order", permission=resource.write_permission, response={204: None}, **_operation("order", resource))
    def order(request: Request, payload: Order):
        services.reorder(request.actor, resource, payload.ids)
        return 204, None


def _add_sheets(router: DoorRouter, resource: Resource) -> None:
    if "export" in resource.verbs:

        @router.get("/export", permission=resource.read_permission, **_operation("export", resource))
        def export(request: Request):
            response = HttpResponse(sheets.export(resource), content_type=XLSX)
            response["Content-Disposition"] = f'attachment; filename="{resource.name}.xlsx"'
            return response

    if "import" in resource.verbs:

        @router.post(
            "/import", permission=resource.write_permission, response=sheets.Outcome, **_operation("import", resource)
        )
        def import_(request: Request, file: UploadedFile = File(...), dry_run: bool = True):
            return sheets.import_rows(request.actor, resource, file.read(), dry_run=dry_run)


meta = DoorRouter("meta")


@meta.get("/resources", permission=SIGNED_IN, response=list[dict[str, Any]], operation_id="list_resources")
def list_resources(request: Request):
    """Descriptors of the dictionaries that the actor may read."""
    return [
        {**r.descriptor(), "may_write": request.actor.may(r.write_permission)}
        for r in RESOURCES
        if request.actor.may(r.read_permission)
    ]
