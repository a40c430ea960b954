def house(request):
    return {"house": "Town library"}
