"""A fixture with one OVOC for each test, over HTTP. OVOC_URL is the server; OVOC_ADMIN_TOKEN its admin token, if it has one."""
import os

import pytest
import requests


class Sandbox:
    def __init__(self, server: str, name: str, control: requests.Session):
        self.url = f'{server}/__sandbox/{name}'  # the base URL of the code under test
        self._control = control

    def admin(self, method: str, path: str, body=None):
        """A request to /__admin in this sandbox. Fails with the server's own explanation."""
        response = self._control.request(method, f'{self.url}/__admin{path}', json=body, timeout=10)
        assert response.ok, response.json()['detail']
        return response.json() if response.content else None


@pytest.fixture
def ovoc():
    server = os.environ.get('OVOC_URL', 'http://127.0.0.1:4010')
    with requests.Session() as control:
        if token := os.environ.get('OVOC_ADMIN_TOKEN'):
            control.headers['Authorization'] = f'Bearer {token}'
        opened = control.post(f'{server}/__admin/sandboxes', json={}, timeout=10)
        opened.raise_for_status()
        name = opened.json()['name']
        yield Sandbox(server, name, control)
        control.delete(f'{server}/__admin/sandboxes/{name}', timeout=10).raise_for_status()
