import requests

CUSTOMER = '/ovoc/v1/topology/customers/85844'


def verify_customer(base_url: str) -> dict:
    """The code under test: reads a customer, and tries again once when OVOC is not available."""
    response = requests.put(base_url + CUSTOMER, timeout=10)
    if response.status_code == 503:
        response = requests.put(base_url + CUSTOMER, timeout=10)
    response.raise_for_status()
    return response.json()


def test_reads_the_status(ovoc):
    ovoc.admin('PATCH', '/records/customers/85844', {'status': 'WARNING'})
    assert verify_customer(ovoc.url)['status'] == 'WARNING'


def test_tries_again(ovoc):
    ovoc.admin('POST', '/rules', {'match': {'operation': 'verifyCustomer'}, 'status': 503, 'times': 1})
    assert verify_customer(ovoc.url)['status'] == 'ERROR'
    ovoc.admin('POST', '/requests/verify', {'match': {'operation': 'verifyCustomer'}, 'times': 2})
