"""What people do on a page."""

from playwright.sync_api import Page


def fill(page: Page, form: str = "main", /, **values: str | bool) -> None:
    """Fill in fields by their names, of the one form that has them or of `form`."""
    for name, value in values.items():
        field = page.locator(f"{form} [name={name}]")
        if isinstance(value, bool):
            field.set_checked(value)
        elif field.first.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(str(value))


def press(page: Page, selector: str = "main form button.btn-primary") -> None:
    """Press a button and be on the page that follows, which isn't one of faults."""
    with page.expect_navigation():
        page.locator(selector).first.click()
    assert page.locator(".is-invalid, .error-page").count() == 0, page.locator("main").inner_text()
