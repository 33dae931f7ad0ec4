"""Who may call: keys and their scopes. Sources: docs.apollo.io/reference/authentication, OpenAPI examples."""

from pipeline.sandbox.exchange import Answer, Call, answer
from pipeline.sandbox.settings import Settings

# Every known key may call these.
_OPEN_TO_ALL = {"auth/health", "users/api_profile"}
# How a 403 calls an endpoint, where that is not the endpoint's own name.
_CALLED = {"contacts/show": "contacts/{contact_id}"}


def check(call: Call, settings: Settings) -> Answer | None:
    """Return the 401 or 403 that refuses the call, None if it may pass. Neither carries rate headers."""
    scopes = settings.keys.get(call.key)
    if scopes is None:
        return _unknown_key(call, settings)
    if call.endpoint == "contacts/destroy":
        return inaccessible("api/v1/contacts/destroy is not accessible with this api_key")
    scope = f"api/v1/{call.endpoint}"
    if scopes == "master" or scope in scopes or call.endpoint in _OPEN_TO_ALL:
        return None
    return lacks_scope(call.endpoint, settings)


def inaccessible(text: str) -> Answer:
    """Return a 403 with this text."""
    return answer({"error": text, "error_code": "API_INACCESSIBLE"}, 403)


def lacks_scope(endpoint: str, settings: Settings) -> Answer:
    """Return the 403 for a key whose scopes leave out the endpoint."""
    if settings.auth_text == "old":
        return inaccessible(f"api/v1/{endpoint} is not accessible with this api_key")
    if endpoint == "fields/create":
        return inaccessible("api/v1/fields this api_key")
    return inaccessible(
        f"This API key is not authorized to access api/v1/{_CALLED.get(endpoint, endpoint)}. Request an API key "
        "from your administrator that includes this endpoint in its configured scope."
    )


def _unknown_key(call: Call, settings: Settings) -> Answer:
    if call.endpoint == "auth/health" and not settings.health_refuses:
        return answer({"healthy": True, "is_logged_in": False})
    text = (
        "Invalid access credentials."
        if settings.auth_text == "old"
        else "Invalid API key. See https://docs.apollo.io/reference/authentication for how to authenticate."
    )
    return Answer(401, text.encode(), "text/plain; charset=utf-8")
