using Microsoft.AspNetCore.Mvc.Filters;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Web.Pages;

/// <summary>A page that asks many questions asks them through one connection. It is given back before the page is written, however slowly that is read.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OneConnectionAttribute : Attribute, IAsyncPageFilter
{
    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        await using var held = await context.HttpContext.RequestServices.GetRequiredService<VaguemestreDb>().HoldConnectionAsync(context.HttpContext.RequestAborted);
        await next();
    }
}
